# The first rule that matches says what happens to slow clients.
rule chat/private/* slow disconnect
rule chat/*
rule * slow disconnect
at 0s
open s1 lane 0
subscribe s1 chat/private/1
subscribe s1 chat/open
subscribe s1 other
send channel/chat/private/1 -> lane 0 disconnects
send channel/chat/open -> lane 0
send channel/other -> lane 0 disconnects
send all -> lane 0
# also while nobody is in it
send channel/chat/private/2 -> nowhere disconnects
