-- Remove those of the given cells of reach that say nothing any more.
-- Parameters: cells as JSON.
DELETE FROM store_reach
 WHERE met_m = 0 AND met_q = 0 AND met_y = 0 AND met = 0 AND told = 0 AND told_q = 0 AND told_y = 0
   AND id IN (
       SELECT r.id FROM ({reach}) c JOIN store_reach r ON r.node = c.node AND r.rule = c.rule AND r.month = c.month)
