DELETE FROM holdfast.worker WHERE id = $1::uuid
