-- deliveries where read is not loaded + rejected + duplicate + suppressed
select
    source_name,
    file_name,
    sales_read,
    customers_read,
    reviews_read
from ops.ingested_files
where
    sales_read <> sales_loaded + sales_rejected + sales_duplicate + sales_suppressed
    or customers_read <> customers_loaded + customers_rejected + customers_duplicate + customers_suppressed
    or reviews_read <> reviews_loaded + reviews_rejected + reviews_duplicate + reviews_suppressed
