"""What makes a web action: a request becomes arguments, a result becomes a response.

Pure functions; the route that uses them is in ``controller.api.web``. Source: contracts rest-api
§4.
"""
