-- The clock that every statement reads, and the server's own.
SELECT holdfast.clock() AS queue, now() AS server
