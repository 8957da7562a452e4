# Only so many ids are remembered: the oldest is forgotten first.
with dedup_max 3
at 0s
open s1 lane 0
send all id m1 -> lane 0
send all id m2 -> lane 0
send all id m3 -> lane 0
send all id m1 -> duplicate
send all id m4 -> lane 0
send all id m2 -> duplicate
send all id m3 -> duplicate
send all id m1 -> lane 0
send all id m2 -> lane 0
