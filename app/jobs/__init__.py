"""Jobs: work too long for a request. `queue` puts them in, `worker` does them, `handlers` says what each kind is."""
