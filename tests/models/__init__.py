"Models that tests build: declarative tables, and builders."
