-- Every cell of the roll-up, from the open observations alone: what `rollup rebuild` writes and `rollup check` compares with.
-- Towns are summed first and each level from the one below: a series stands at one place at a time, so even `standing` adds up.
-- Rows that count are read from the covering index alone, so they are kept apart from those that wait.
-- Parameters: slices as JSON (measure, column of dim, column of dim2), levels as JSON.
WITH s AS MATERIALIZED (
    SELECT k.id AS measure_id, l.a, l.b FROM ({slices}) l JOIN store_measurekey k ON k.name = l.m
),
flows AS (
    SELECT o.measure_id, o.place - o.place %% 1000000 AS town, {month} AS month, o.dim1, o.dim2, o.dim3, COUNT(*) AS n, SUM(o.value) AS total
      FROM store_observation o
     WHERE o.seq_to = 4611686018427387904 AND o.counted AND NOT (o.series <> '')
     GROUP BY 1, 2, 3, 4, 5, 6
),
of_series AS (
    SELECT s.measure_id, o.place - o.place %% 1000000 AS town, o.series,
           CASE s.a WHEN 1 THEN o.dim1 WHEN 2 THEN o.dim2 WHEN 3 THEN o.dim3 ELSE '' END AS dim,
           CASE s.b WHEN 1 THEN o.dim1 WHEN 2 THEN o.dim2 WHEN 3 THEN o.dim3 ELSE '' END AS dim2,
           {month} AS month, SUM(o.value) AS change, COUNT(*) AS n
      FROM s JOIN store_observation o ON s.measure_id = o.measure_id
     WHERE o.seq_to = 4611686018427387904 AND o.counted AND NOT (o.series = '')
       AND (s.a = 0 OR CASE s.a WHEN 1 THEN o.dim1 WHEN 2 THEN o.dim2 ELSE o.dim3 END <> '')
       AND (s.b = 0 OR CASE s.b WHEN 1 THEN o.dim1 WHEN 2 THEN o.dim2 ELSE o.dim3 END <> '')
     GROUP BY 1, 2, 3, 4, 5, 6
),
levelled AS (
    SELECT measure_id, town, dim, dim2, month, change, n,
           SUM(change) OVER (PARTITION BY measure_id, town, series, dim, dim2 ORDER BY month) AS level
      FROM of_series
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
towns AS MATERIALIZED (
    SELECT town AS place, measure_id, dim, dim2, month, SUM(n) AS n, SUM(total) AS total, SUM(waiting) AS waiting,
           SUM(shared) AS shared, SUM(standing) AS standing
      FROM (
        SELECT i.town, i.measure_id,
               CASE s.a WHEN 1 THEN i.dim1 WHEN 2 THEN i.dim2 WHEN 3 THEN i.dim3 ELSE '' END AS dim,
               CASE s.b WHEN 1 THEN i.dim1 WHEN 2 THEN i.dim2 WHEN 3 THEN i.dim3 ELSE '' END AS dim2,
               i.month, i.n, i.total, i.waiting, i.shared, 0 AS standing
          FROM single i JOIN s ON s.measure_id = i.measure_id
         WHERE (s.a = 0 OR CASE s.a WHEN 1 THEN i.dim1 WHEN 2 THEN i.dim2 ELSE i.dim3 END <> '')
           AND (s.b = 0 OR CASE s.b WHEN 1 THEN i.dim1 WHEN 2 THEN i.dim2 ELSE i.dim3 END <> '')
        UNION ALL
        SELECT town, measure_id, dim, dim2, month, n, change, 0, 0,
               CASE WHEN level <> 0 THEN 1 ELSE 0 END - CASE WHEN level <> change THEN 1 ELSE 0 END
          FROM levelled
      ) every_kind
     GROUP BY 1, 2, 3, 4, 5
),
counties AS MATERIALIZED (
    SELECT place - place %% 1000000000 AS place, measure_id, dim, dim2, month, SUM(n) AS n, SUM(total) AS total, SUM(waiting) AS waiting,
           SUM(shared) AS shared, SUM(standing) AS standing
      FROM towns WHERE EXISTS (SELECT 1 FROM ({levels}) l WHERE l.level < 4) GROUP BY 1, 2, 3, 4, 5
),
cities AS MATERIALIZED (
    SELECT place - place %% 100000000000 AS place, measure_id, dim, dim2, month, SUM(n) AS n, SUM(total) AS total, SUM(waiting) AS waiting,
           SUM(shared) AS shared, SUM(standing) AS standing
      FROM counties WHERE EXISTS (SELECT 1 FROM ({levels}) l WHERE l.level < 3) GROUP BY 1, 2, 3, 4, 5
),
provinces AS (
    SELECT place - place %% 10000000000000 AS place, measure_id, dim, dim2, month, SUM(n) AS n, SUM(total) AS total, SUM(waiting) AS waiting,
           SUM(shared) AS shared, SUM(standing) AS standing
      FROM cities WHERE EXISTS (SELECT 1 FROM ({levels}) l WHERE l.level < 2) GROUP BY 1, 2, 3, 4, 5
),
every_level AS (
    SELECT 4 AS level, t.* FROM towns t
    UNION ALL
    SELECT 3, c.* FROM counties c
    UNION ALL
    SELECT 2, c.* FROM cities c
    UNION ALL
    SELECT 1, p.* FROM provinces p
)
SELECT place * 10 + level AS node, measure_id, dim, dim2, month, CAST(n AS BIGINT) AS n, CAST(total AS BIGINT) AS total,
       CAST(waiting AS BIGINT) AS waiting, CAST(shared AS BIGINT) AS shared, CAST(standing AS BIGINT) AS standing
  FROM every_level
