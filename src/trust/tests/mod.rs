mod limbo;
mod material;
mod pkits;
mod pyhanko;
