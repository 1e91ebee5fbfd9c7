"""The API described for people and programs: Swagger 2.0, OpenAPI 3 and the Swagger UI page."""
