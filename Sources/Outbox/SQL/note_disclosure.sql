-- $1 what is looked at  $2 operator  $3 reason  $4 whose address, where it is one  $5 which subjects' addresses
SELECT holdfast.note_disclosure($1::text, $2::text, $3::text, $4::text, $5::uuid[])
