"""The relations of a draft: sales, customers and reviews, each of a table and its joins."""
