"""The commands, one file each; what several of them need is beside this folder."""
