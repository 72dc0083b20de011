"""Pages and the REST API, made per resource from the spec. Nothing here knows a resource by name."""
