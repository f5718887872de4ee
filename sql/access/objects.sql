-- grain: one row per object that PostgreSQL did not make itself, but for parts of another object and of an extension
-- that is itself such an object: somebody may add a function to plpgsql.
-- candidates: (catalogue, object_id) of all catalogues that are compared by their objects.
select
    described.type as object_type,
    case
        when functions.oid is not null
            then concat(
                quote_ident(described.schema), '.', quote_ident(functions.proname),
                '(', pg_get_function_identity_arguments(functions.oid), ')'
            )
        when defaults.oid is not null
            then
                concat(
                    quote_ident(namespaces.nspname), '.', quote_ident(tables.relname), ' ', quote_ident(columns.attname)
                )
        else described.identity
    end as identity,
    coalesce(quote_ident(namespaces.nspname) || '.' || quote_ident(tables.relname), '') as attached_to
from candidates
cross join lateral pg_identify_object(candidates.catalogue, candidates.object_id, 0) as described
left join pg_catalog.pg_proc as functions
    on candidates.object_id = functions.oid and candidates.catalogue = 'pg_proc'::regclass and functions.prokind = 'f'
left join pg_catalog.pg_attrdef as defaults
    on candidates.object_id = defaults.oid and candidates.catalogue = 'pg_attrdef'::regclass
left join pg_catalog.pg_attribute as columns
    on defaults.adrelid = columns.attrelid and defaults.adnum = columns.attnum
left join pg_catalog.pg_constraint as constraints
    on candidates.object_id = constraints.oid and candidates.catalogue = 'pg_constraint'::regclass
left join pg_catalog.pg_class as relations
    on candidates.object_id = relations.oid and candidates.catalogue = 'pg_class'::regclass
left join pg_catalog.pg_index as indexes on relations.oid = indexes.indexrelid
left join pg_catalog.pg_trigger as triggers
    on candidates.object_id = triggers.oid and candidates.catalogue = 'pg_trigger'::regclass
left join pg_catalog.pg_rewrite as rules
    on candidates.object_id = rules.oid and candidates.catalogue = 'pg_rewrite'::regclass
left join pg_catalog.pg_depend as owned
    on
        candidates.object_id = owned.objid
        and candidates.catalogue = owned.classid
        and owned.deptype = 'a'
        and owned.refobjsubid > 0
        and relations.relkind = 'S'
left join pg_catalog.pg_class as tables
    on
        coalesce(
            constraints.conrelid, defaults.adrelid, indexes.indrelid, triggers.tgrelid, rules.ev_class, owned.refobjid
        ) = tables.oid
left join pg_catalog.pg_namespace as namespaces on tables.relnamespace = namespaces.oid
where
    not exists (
        select 1 from pg_catalog.pg_depend as parts
        where
            parts.classid = candidates.catalogue
            and parts.objid = candidates.object_id
            and parts.objsubid = 0
            and (parts.deptype = 'i' or (parts.deptype = 'e' and parts.refobjid >= 16384))
    )
    and coalesce(constraints.contype, 'c') != 'n'
    and coalesce(constraints.conparentid, 0) = 0
    and coalesce(constraints.coninhcount, 0) = 0
    and coalesce(constraints.contypid, 0) = 0
    and coalesce(relations.relkind, 'r') != 't'
    and not (coalesce(relations.relkind, 'r') in ('i', 'I') and relations.relispartition)
    and coalesce(described.schema, namespaces.nspname, described.identity) !~ '^pg_(toast|temp)'
