{{ sales_by_period('quarter') }}
