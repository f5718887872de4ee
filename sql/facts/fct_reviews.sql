-- grain: one row per review given apart from a sale; the same review in several deliveries is one
select distinct on (reviews.review_key)
    reviews.review_key,
    reviews.product_key,
    reviews.customer_key,
    reviews.reviewed_date,
    reviews.rating,
    files.source_name
from staging.reviews as reviews
inner join ops.ingested_files as files on reviews.file_key = files.file_key
-- the key stands for the whole content of the review
order by reviews.review_key, files.source_name collate "C"
