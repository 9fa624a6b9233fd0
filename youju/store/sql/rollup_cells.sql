-- Every cell of the roll-up, from the open observations alone: what `rollup rebuild` writes and `rollup check` compares with.
-- Towns are summed first and the levels above from them: a series stands at one place at a time, so even `standing` adds up.
-- Parameters: slices as JSON (measure, column of dim, column of dim2), levels as JSON.
WITH s AS ({slices}),
lv AS ({levels}),
open_row AS (
    SELECT (o.place - o.place %% 1000000) AS town, o.measure_id,
           CASE s.a WHEN 1 THEN o.dim1 WHEN 2 THEN o.dim2 WHEN 3 THEN o.dim3 ELSE '' END AS dim,
           CASE s.b WHEN 1 THEN o.dim1 WHEN 2 THEN o.dim2 WHEN 3 THEN o.dim3 ELSE '' END AS dim2,
           s.a, s.b, {month} AS month, o.counted, o.series, o.entry_id, o.value
      FROM s
      JOIN store_measurekey k ON k.name = s.m
      JOIN store_observation o ON o.measure_id = k.id
     WHERE o.seq_to = 4611686018427387904
),
part AS (
    SELECT * FROM open_row WHERE (a = 0 OR dim <> '') AND (b = 0 OR dim2 <> '')
),
waits AS (
    SELECT measure_id, entry_id, COUNT(*) AS rows_waiting FROM store_observation
     WHERE NOT counted AND seq_to = 4611686018427387904 GROUP BY measure_id, entry_id HAVING COUNT(*) > 1
),
of_series AS (
    SELECT town, measure_id, dim, dim2, month, series, SUM(value) AS change, COUNT(*) AS n
      FROM part WHERE counted AND NOT (series = '') GROUP BY town, measure_id, dim, dim2, series, month
),
levelled AS (
    SELECT town, measure_id, dim, dim2, month, change, n,
           SUM(change) OVER (PARTITION BY town, measure_id, dim, dim2, series ORDER BY month) AS level
      FROM of_series
),
towns AS (
    SELECT town, measure_id, dim, dim2, month, SUM(n) AS n, SUM(total) AS total, SUM(waiting) AS waiting,
           SUM(shared) AS shared, SUM(standing) AS standing
      FROM (
        SELECT town, measure_id, dim, dim2, month, COUNT(*) AS n, SUM(value) AS total, 0 AS waiting, 0 AS shared, 0 AS standing
          FROM part WHERE counted AND series = '' GROUP BY town, measure_id, dim, dim2, month
        UNION ALL
        SELECT town, measure_id, dim, dim2, month, SUM(n), SUM(change), 0, 0,
               SUM(CASE WHEN level <> 0 THEN 1 ELSE 0 END - CASE WHEN level <> change THEN 1 ELSE 0 END)
          FROM levelled GROUP BY town, measure_id, dim, dim2, month
        UNION ALL
        SELECT p.town, p.measure_id, p.dim, p.dim2, p.month, 0, 0, COUNT(*), COUNT(w.entry_id), 0
          FROM part p LEFT JOIN waits w ON w.measure_id = p.measure_id AND w.entry_id = p.entry_id
         WHERE NOT p.counted GROUP BY p.town, p.measure_id, p.dim, p.dim2, p.month
      ) every_kind
     GROUP BY town, measure_id, dim, dim2, month
)
SELECT (t.town - t.town %% lv.size) * 10 + lv.level AS node, t.measure_id, t.dim, t.dim2, t.month,
       CAST(SUM(t.n) AS BIGINT) AS n, CAST(SUM(t.total) AS BIGINT) AS total, CAST(SUM(t.waiting) AS BIGINT) AS waiting,
       CAST(SUM(t.shared) AS BIGINT) AS shared, CAST(SUM(t.standing) AS BIGINT) AS standing
  FROM towns t CROSS JOIN lv
 GROUP BY (t.town - t.town %% lv.size) * 10 + lv.level, t.measure_id, t.dim, t.dim2, t.month
