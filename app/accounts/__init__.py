"""Login, sessions, passwords, API keys, permissions and tenants: the security manager and what it needs."""
