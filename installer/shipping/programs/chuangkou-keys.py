"""The process in which a maker's key library lives (docs/adr/015)."""

from client.card.pkcs11_host import main

main()
