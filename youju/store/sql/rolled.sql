-- What the roll-up and reach say to each question, and at which head and state they say so (as in now.sql): one statement is one
-- moment. `cut` tells that a row of a stock lies between the day asked and the end of its month.
-- Parameters: questions to cells, to reach, and stocks asked inside a month, as JSON.
-- Columns: tag, question, n or count, total, waiting, shared, standing, at, state.
SELECT 'head' AS tag, 0 AS i, l.head AS n, 0 AS total, 0 AS waiting, 0 AS shared, 0 AS standing, CAST(l.at AS VARCHAR(40)) AS at, {state} AS state
  FROM store_ledger l WHERE l.id = 1
UNION ALL
SELECT 'cell', q.i, SUM(r.n), SUM(r.total), SUM(r.waiting), SUM(r.shared), SUM(r.standing), '', ''
  FROM ({cell_asks}) q
  JOIN store_measurekey k ON k.name = q.m
  JOIN store_rollup r ON r.node = q.node AND r.measure_id = k.id AND r.dim = q.x1 AND r.dim2 = q.x2
                     AND r.month >= q.m0 AND r.month <= q.m1
 GROUP BY q.i
UNION ALL
SELECT 'reach', q.i,
       SUM(CASE q.c WHEN 'met_m' THEN r.met_m WHEN 'met_q' THEN r.met_q WHEN 'met_y' THEN r.met_y WHEN 'met' THEN r.met
                    WHEN 'told' THEN r.told WHEN 'told_q' THEN r.told_q ELSE r.told_y END), 0, 0, 0, 0, '', ''
  FROM ({reach_asks}) q
  JOIN store_reach r ON r.node = q.node AND r.rule = q.rule AND r.month >= q.m0 AND r.month <= q.m1
 GROUP BY q.i
UNION ALL
SELECT 'cut', q.ask, 0, 0, 0, 0, 0, '', ''
  FROM ({cut_asks}) q
  JOIN store_measurekey k ON k.name = q.m
 WHERE EXISTS (SELECT 1 FROM store_observation o
                WHERE o.measure_id = k.id AND o.day > q.d1 AND o.day <= q.d2 AND o.place >= q.lo AND o.place < q.hi
                  AND o.seq_to = 4611686018427387904 AND NOT (o.series = ''))
