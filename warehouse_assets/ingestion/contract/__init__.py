"""Text to typed, checked values: rules, dates, numbers, money and places of customers, sales and reviews."""
