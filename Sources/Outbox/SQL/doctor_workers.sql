-- The workers whose leases hold, those whose leases are over, and which programs they run.
SELECT count(*) FILTER (WHERE w.lease_until > clock_timestamp()) AS alive,
       count(*) FILTER (WHERE w.lease_until <= clock_timestamp()) AS lapsed,
       coalesce(array_agg(DISTINCT w.info ->> 'version') FILTER (WHERE w.lease_until > clock_timestamp() AND w.info ? 'version'), '{}')
         AS versions
FROM holdfast.worker w
