"""ree-lca: life cycle assessment of rare earth oxide refining, from inventories written in YAML."""

__version__ = "0.1.0"
