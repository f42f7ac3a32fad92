-- Claimed letters that count against the cap of their address take its allowance, before their facts are read.
SELECT holdfast.take_allowance(current_setting('holdfast.claimed')::bigint[])
