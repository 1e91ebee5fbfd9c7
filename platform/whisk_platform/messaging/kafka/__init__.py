"""The bus over Kafka. The one door to its client library is ``client``."""
