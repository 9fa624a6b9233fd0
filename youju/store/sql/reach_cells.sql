-- Every cell of reach, from the open observations alone: what `rollup rebuild` writes and `rollup check` compares with.
-- Units are summed by month first; running sums tell where each is covered and up to where it has reported; towns are added up,
-- and the levels above from them.
-- Parameters: rules as JSON, levels as JSON.
WITH r AS MATERIALIZED (
    SELECT k.id AS measure_id, l.* FROM ({rules}) l JOIN store_measurekey k ON k.name = l.m
),
lv AS MATERIALIZED ({levels}),
sums AS MATERIALIZED (
    SELECT r.rule, r.covers, r.stock, r.slot, o.place - o.place %% r.size AS place, {month} AS month,
           SUM(o.value) AS total, SUM(CASE WHEN o.origin = 'transfer' THEN 0 ELSE 1 END) AS said
      FROM r JOIN store_observation o ON o.measure_id = r.measure_id
     WHERE o.seq_to = 4611686018427387904 AND o.counted
       AND (r.x1 IS NULL OR o.dim1 = r.x1) AND (r.x2 IS NULL OR o.dim2 = r.x2) AND (r.x3 IS NULL OR o.dim3 = r.x3)
       AND o.place / r.size %% r.width >= r.lo AND o.place / r.size %% r.width <= r.hi
     GROUP BY 1, 2, 3, 4, 5, 6
),
runs AS (
    SELECT rule, place, month, stock, total,
           SUM(total) OVER (PARTITION BY rule, place, month / 3 ORDER BY month) AS since_q,
           SUM(total) OVER (PARTITION BY rule, place, month / 12 ORDER BY month) AS since_y,
           SUM(total) OVER (PARTITION BY rule, place ORDER BY month) AS ever
      FROM sums WHERE covers = 1
),
slots AS (
    SELECT rule, place, slot, month - month %% slot + slot - 1 AS month
      FROM sums WHERE slot > 0 GROUP BY 1, 2, 3, 4 HAVING SUM(said) > 0
),
told AS (
    SELECT rule, place, month,
           CASE WHEN slot <= 3 AND COUNT(*) OVER (PARTITION BY rule, place, month / 3 ORDER BY month) = (month %% 3 + 1) / slot
                THEN 1 ELSE 0 END AS told_q,
           CASE WHEN COUNT(*) OVER (PARTITION BY rule, place, month / 12 ORDER BY month) = (month %% 12 + 1) / slot
                THEN 1 ELSE 0 END AS told_y
      FROM slots
),
marks AS (
    SELECT rule, place - place %% 1000000 AS town, month,
           SUM(CASE WHEN stock = 0 AND total > 0 THEN 1 ELSE 0 END) AS met_m,
           SUM(CASE WHEN stock = 1 THEN 0 ELSE CASE WHEN since_q > 0 THEN 1 ELSE 0 END - CASE WHEN since_q - total > 0 THEN 1 ELSE 0 END END) AS met_q,
           SUM(CASE WHEN stock = 1 THEN 0 ELSE CASE WHEN since_y > 0 THEN 1 ELSE 0 END - CASE WHEN since_y - total > 0 THEN 1 ELSE 0 END END) AS met_y,
           SUM(CASE WHEN stock = 0 THEN 0 ELSE CASE WHEN ever > 0 THEN 1 ELSE 0 END - CASE WHEN ever - total > 0 THEN 1 ELSE 0 END END) AS met,
           0 AS told, 0 AS told_q, 0 AS told_y
      FROM runs GROUP BY 1, 2, 3
    UNION ALL
    SELECT rule, place - place %% 1000000, month, 0, 0, 0, 0, COUNT(*), SUM(told_q), SUM(told_y)
      FROM told GROUP BY 1, 2, 3
)
SELECT (t.town - t.town %% lv.size) * 10 + lv.level AS node, t.rule, t.month,
       CAST(SUM(t.met_m) AS BIGINT) AS met_m, CAST(SUM(t.met_q) AS BIGINT) AS met_q, CAST(SUM(t.met_y) AS BIGINT) AS met_y,
       CAST(SUM(t.met) AS BIGINT) AS met, CAST(SUM(t.told) AS BIGINT) AS told, CAST(SUM(t.told_q) AS BIGINT) AS told_q,
       CAST(SUM(t.told_y) AS BIGINT) AS told_y
  FROM marks t JOIN r ON r.rule = t.rule JOIN lv ON lv.level <= r.level
 GROUP BY (t.town - t.town %% lv.size) * 10 + lv.level, t.rule, t.month
HAVING SUM(t.met_m) <> 0 OR SUM(t.met_q) <> 0 OR SUM(t.met_y) <> 0 OR SUM(t.met) <> 0
    OR SUM(t.told) <> 0 OR SUM(t.told_q) <> 0 OR SUM(t.told_y) <> 0
