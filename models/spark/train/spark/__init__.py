"""The recipe of Spark, Falconet's bundled demonstration model."""
