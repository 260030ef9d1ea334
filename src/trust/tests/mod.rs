mod chains;
mod limbo;
mod lists;
mod material;
mod pkits;
mod pyhanko;
mod stores;
