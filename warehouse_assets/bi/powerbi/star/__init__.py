"""The project of the star: facts and dimensions of `dw`, for the roles that read them."""
