-- Every cell of the roll-up, from the open observations alone: what `rollup rebuild` writes and `rollup check` compares with.
-- Towns are summed first and the levels above from them: a series stands at one place at a time, so even `standing` adds up.
-- Rows that count are read from the covering index alone, so they are kept apart from those that wait.
-- Parameters: slices as JSON (measure, column of dim, column of dim2), levels as JSON.
WITH s AS MATERIALIZED (
    SELECT k.id AS measure_id, l.a, l.b FROM ({slices}) l JOIN store_measurekey k ON k.name = l.m
),
lv AS MATERIALIZED ({levels}),
flows AS (
    SELECT o.place - o.place %% 1000000 AS town, o.measure_id, o.dim1, o.dim2, o.dim3, {month} AS month, COUNT(*) AS n, SUM(o.value) AS total
      FROM store_observation o
     WHERE o.seq_to = 4611686018427387904 AND o.counted AND NOT (o.series <> '')
     GROUP BY o.place - o.place %% 1000000, o.measure_id, o.dim1, o.dim2, o.dim3, {month}
),
of_series AS (
    SELECT o.place - o.place %% 1000000 AS town, s.measure_id,
           CASE s.a WHEN 1 THEN o.dim1 WHEN 2 THEN o.dim2 WHEN 3 THEN o.dim3 ELSE '' END AS dim,
           CASE s.b WHEN 1 THEN o.dim1 WHEN 2 THEN o.dim2 WHEN 3 THEN o.dim3 ELSE '' END AS dim2,
           s.a, s.b, {month} AS month, o.series, SUM(o.value) AS change, COUNT(*) AS n
      FROM store_observation o JOIN s ON s.measure_id = o.measure_id
     WHERE o.seq_to = 4611686018427387904 AND o.counted AND NOT (o.series = '')
     GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
),
levelled AS (
    SELECT town, measure_id, dim, dim2, month, change, n,
           SUM(change) OVER (PARTITION BY town, measure_id, dim, dim2, series ORDER BY month) AS level
      FROM of_series
     WHERE (a = 0 OR dim <> '') AND (b = 0 OR dim2 <> '')
),
waits AS (
    SELECT o.place, o.measure_id, o.dim1, o.dim2, o.dim3, {month} AS month,
           COUNT(*) OVER (PARTITION BY o.measure_id, o.entry_id) AS together
      FROM store_observation o
     WHERE o.seq_to = 4611686018427387904 AND NOT o.counted
),
single AS (
    SELECT town, measure_id, dim1, dim2, dim3, month, n, total, 0 AS waiting, 0 AS shared FROM flows
    UNION ALL
    SELECT place - place %% 1000000, measure_id, dim1, dim2, dim3, month, 0, 0, COUNT(*), SUM(CASE WHEN together > 1 THEN 1 ELSE 0 END)
      FROM waits GROUP BY 1, 2, 3, 4, 5, 6
),
parts AS (
    SELECT i.town, i.measure_id,
           CASE s.a WHEN 1 THEN i.dim1 WHEN 2 THEN i.dim2 WHEN 3 THEN i.dim3 ELSE '' END AS dim,
           CASE s.b WHEN 1 THEN i.dim1 WHEN 2 THEN i.dim2 WHEN 3 THEN i.dim3 ELSE '' END AS dim2,
           s.a, s.b, i.month, i.n, i.total, i.waiting, i.shared
      FROM single i JOIN s ON s.measure_id = i.measure_id
),
towns AS (
    SELECT town, measure_id, dim, dim2, month, SUM(n) AS n, SUM(total) AS total, SUM(waiting) AS waiting,
           SUM(shared) AS shared, SUM(standing) AS standing
      FROM (
        SELECT town, measure_id, dim, dim2, month, n, total, waiting, shared, 0 AS standing
          FROM parts WHERE (a = 0 OR dim <> '') AND (b = 0 OR dim2 <> '')
        UNION ALL
        SELECT town, measure_id, dim, dim2, month, n, change, 0, 0,
               CASE WHEN level <> 0 THEN 1 ELSE 0 END - CASE WHEN level <> change THEN 1 ELSE 0 END
          FROM levelled
      ) every_kind
     GROUP BY town, measure_id, dim, dim2, month
)
SELECT (t.town - t.town %% lv.size) * 10 + lv.level AS node, t.measure_id, t.dim, t.dim2, t.month,
       CAST(SUM(t.n) AS BIGINT) AS n, CAST(SUM(t.total) AS BIGINT) AS total, CAST(SUM(t.waiting) AS BIGINT) AS waiting,
       CAST(SUM(t.shared) AS BIGINT) AS shared, CAST(SUM(t.standing) AS BIGINT) AS standing
  FROM towns t CROSS JOIN lv
 GROUP BY (t.town - t.town %% lv.size) * 10 + lv.level, t.measure_id, t.dim, t.dim2, t.month
