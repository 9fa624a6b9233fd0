"""数据总览: boards, the matrix of villages and registers, the schematic map, the one-page brief."""
