"""The pages. docs/how-to/add-a-page.md says where things go."""
