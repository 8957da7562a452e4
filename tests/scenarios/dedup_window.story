# An id is good once within its time; after it, again.
with dedup_ttl 10s
at 0s
open s1 lane 0
send all id m1 -> lane 0
send all id m1 -> duplicate
send all id m2 -> lane 0
send all -> lane 0
send all -> lane 0
at 9999ms
send all id m1 -> duplicate
at 10s
send all id m1 -> lane 0
send all id m1 -> duplicate
send all id m2 -> lane 0
expect wait 11s
at 21s
expect nothing
expect wait forever
