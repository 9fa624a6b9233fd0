-- Add to cells of reach, sorted by key so that two writers meet them in the same order.
-- Parameters: cells as JSON.
INSERT INTO store_reach (node, rule, month, met_m, met_q, met_y, met, told, told_q, told_y)
SELECT c.node, c.rule, c.month, c.met_m, c.met_q, c.met_y, c.met, c.told, c.told_q, c.told_y
  FROM ({reach}) c
 WHERE true
 ORDER BY c.node, c.rule, c.month
    ON CONFLICT (node, rule, month) DO UPDATE SET
       met_m = store_reach.met_m + excluded.met_m,
       met_q = store_reach.met_q + excluded.met_q,
       met_y = store_reach.met_y + excluded.met_y,
       met = store_reach.met + excluded.met,
       told = store_reach.told + excluded.told,
       told_q = store_reach.told_q + excluded.told_q,
       told_y = store_reach.told_y + excluded.told_y
