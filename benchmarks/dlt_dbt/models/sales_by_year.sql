{{ sales_by_period('year') }}
