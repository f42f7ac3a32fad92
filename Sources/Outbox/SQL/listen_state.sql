-- What a worker asks twice a second: which kinds are stopped, and whether this session still hears a channel. $1 channel
SELECT ARRAY(SELECT p.kind FROM holdfast.pause p) AS stopped,
       EXISTS (SELECT FROM pg_listening_channels() AS c(name) WHERE c.name = $1::text) AS listening
