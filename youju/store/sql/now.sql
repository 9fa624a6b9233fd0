-- The ledger's head, and what tells its organisation, registers, roll-ups and reach from any other state of them: the hashes of the events
-- that made the organisation and the registers in force, and which roll-ups and reach are kept.
-- No parameters. Columns: head, at, org_seq, grid, rules, state.
SELECT l.head, CAST(l.at AS VARCHAR(40)) AS at, l.org_seq, l.grid, l.rules, {state} AS state
  FROM store_ledger l WHERE l.id = 1
