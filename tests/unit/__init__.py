"""Claims about pure code: no process, no socket, no clock but a virtual one."""
