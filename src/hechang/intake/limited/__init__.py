"""The limited process: whatever a stranger made is opened in a process of bounded memory and time, without network.

One process opens many files, one after the other; after a fault, a large file or a long rest another one takes its
place. `call` asks it, `step` says inside of it that another piece of a long work begins.
"""
