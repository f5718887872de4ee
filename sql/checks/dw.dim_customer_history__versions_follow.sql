-- versions that no version of the customer leads to: there is a gap before them, or they overlap
-- each version ends later than it starts, and no two of a customer start at one time, so that all follow one another
select date_trunc('month', versions.valid_from)::date as month
from dw.dim_customer_history as versions
left join dw.dim_customer_history as former
    on versions.customer_key = former.customer_key and versions.valid_from = former.valid_to
where versions.valid_from <> '-infinity' and former.customer_key is null
