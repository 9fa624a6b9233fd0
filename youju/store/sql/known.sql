-- What tells one state of organisation and registers from any other: the hash of the event that made the organisation, and the digests
-- of all register versions. Parameters: the event's number, seq.
SELECT '' AS name, 0 AS active, 0 AS id, hash FROM store_event WHERE seq = %s
UNION ALL
SELECT name, active_from_seq, id, digest FROM store_specversion WHERE kind = 'register' AND active_from_seq <= %s
ORDER BY 2, 3
