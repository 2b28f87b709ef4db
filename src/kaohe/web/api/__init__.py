"""The programming interface: what pages show, for programs; OpenAPI 3.1 at ``/api/v1/openapi.json``."""
