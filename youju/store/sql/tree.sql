-- Everything known of the organisation at one sequence number, three tables in one answer.
-- Parameters: seq, seq, seq, seq, seq, seq.
SELECT 'placement' AS tag, unit_id, since, until, parent_id, place, successor_id, '' AS name, '' AS kind, '' AS code, '' AS aliases
  FROM store_unitplacement WHERE seq_from <= %s AND seq_to > %s
UNION ALL
SELECT 'naming', unit_id, since, until, NULL, 0, NULL, name, kind, code, aliases
  FROM store_unitnaming WHERE seq_from <= %s AND seq_to > %s
UNION ALL
SELECT 'tagging', unit_id, since, until, NULL, 0, NULL, tag, '', '', ''
  FROM store_unittagging WHERE seq_from <= %s AND seq_to > %s
