"""The numbers of the scripted cases by what they are good for."""

_N = "20261116-339901-000"
REVIEWING, HANDLING, RECEIVED = f"{_N}17-7", f"{_N}21-1", f"{_N}24-4"
ACCEPTED, DECIDING, WAITING = f"{_N}26-6", f"{_N}27-7", f"{_N}29-9"
REGISTERED, GRANTED, MAKING, COMPLETE = f"{_N}30-0", f"{_N}33-3", f"{_N}34-4", f"{_N}35-5"
