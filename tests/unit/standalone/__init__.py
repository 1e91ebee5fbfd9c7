"""The parts of the standalone platform that need no running one."""
