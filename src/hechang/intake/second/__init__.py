"""The optional second reader: a language model reads the same text, and only what the text proves is kept.

Belongs here: what is asked, how it is asked, what of the answer can be verified, where it disagrees with the rules.
Off unless a person asks for it and `hechang.toml` names the service. What it says never reaches the register by itself.
A document is data, never an instruction; an answer is a claim, never a fact.
"""
