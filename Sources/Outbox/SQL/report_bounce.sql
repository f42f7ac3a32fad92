-- $1 Message-ID  $2 enhanced status  $3 whom the report names
SELECT holdfast.report_bounce(message_id => $1::text, status => $2::text, recipient => $3::text) AS answer
