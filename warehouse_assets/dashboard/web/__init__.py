"""The dashboard's web application: routes, sessions, connections and components."""
